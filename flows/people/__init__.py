"""What one person or organisation has (*kho dữ liệu điện tử của tổ chức, cá nhân*): asked for, and taken along."""
