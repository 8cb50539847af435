@echo off
rem evallib by double-click: finds a Python, then start.py does the rest. Nothing here needs admin rights.
setlocal enableextensions disabledelayedexpansion
chcp 65001 >nul 2>nul
set "PYTHONUTF8=1"
set "PYTHONNOUSERSITE=1"
set "PYTHONDONTWRITEBYTECODE="
set "PYTHONPATH="
set "PYTHONHOME="
set "HERE=%~dp0program"
if not exist "%HERE%\start.py" goto packed
if exist "%HERE%\python\python.exe" (
  "%HERE%\python\python.exe" "%HERE%\start.py" %*
  goto ended
)
call :try py -3 && goto found
call :try python && goto found
call :try python3 && goto found
for /d %%D in ("%LOCALAPPDATA%\Programs\Python\Python3*" "%ProgramFiles%\Python3*") do (
  call :try "%%~D\python.exe" && goto found
)
echo.
echo Python 3.11 tai uudempi puuttuu. Katso LUE-LAS-READ.txt, kohta 2.
echo Python 3.11 eller nyare saknas. Se LUE-LAS-READ.txt, punkt 2.
echo Python 3.11 or newer is missing. See LUE-LAS-READ.txt, part 2.
goto wait
:packed
echo.
echo Pura ZIP ensin: napsauta sita oikealla, Pura kaikki.
echo Packa upp ZIP-filen forst: hogerklicka, Extrahera alla.
echo Unpack the ZIP first: right-click it, Extract all.
goto wait
:found
%PY% "%HERE%\start.py" %*
:ended
if errorlevel 1 goto wait
exit /b 0
:wait
echo.
pause
exit /b 1
:try
set PY=%*
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
exit /b %errorlevel%
