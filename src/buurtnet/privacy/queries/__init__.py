"""Reading what stands about somebody."""
