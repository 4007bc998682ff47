"""``python -m bench.reuse``."""

from bench.reuse.measure import main

if __name__ == "__main__":
    main()
