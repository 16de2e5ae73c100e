"""`python -m mockvoice` is the same as `mockvoice`."""

from mockvoice.cli import main

if __name__ == "__main__":
    main()
