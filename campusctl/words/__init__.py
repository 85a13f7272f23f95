"""What campusctl says to people in a school, in their language."""
