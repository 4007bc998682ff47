"""What one person or organisation has (*kho dữ liệu điện tử của tổ chức, cá nhân*): asked for, by the person too, and taken along."""
