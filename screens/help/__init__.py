"""The help centre, over whatever step it was opened from (SPEC 2.4)."""
