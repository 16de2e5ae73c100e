"""`python -m mockvoice` is the same as `mockvoice`."""

from mockvoice.launch import main

if __name__ == "__main__":
    main()
