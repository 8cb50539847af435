#!/bin/sh
# evallib by double-click on macOS and Linux: finds a Python, then start.py does the rest.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/program
export PYTHONUTF8=1 PYTHONNOUSERSITE=1
unset PYTHONPATH PYTHONHOME
for python in python3 python3.13 python3.12 python3.11 python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    exec "$python" "$here/start.py" "$@"
  fi
done
echo "Python 3.11 tai uudempi puuttuu. Katso LUE-LAS-READ.txt, kohta 2."
echo "Python 3.11 eller nyare saknas. Se LUE-LAS-READ.txt, punkt 2."
echo "Python 3.11 or newer is missing. See LUE-LAS-READ.txt, part 2."
printf "Enter: "
read -r _
exit 1
