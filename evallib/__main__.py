"""``python -m evallib`` does what the command ``evallib`` does."""

import sys

from evallib.cli import main

sys.exit(main())
