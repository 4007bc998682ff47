"""What QR codes and machine-readable zones say, and cards."""
