"""``python -m apps.cli`` is ``sohoa``."""

from apps.cli.main import main

if __name__ == "__main__":
    main()
