"""Numbers and dates written by hand into the slots of a printed line: *Số: 155/TM-SYT*, *ngày 10 tháng 11 năm 2017*."""
