"""What people read: reports, workbooks, templates."""
