"""Day one and paper: what stands in a chat group, in a list or on a strip of paper becomes people, needs and offers.

What a worker pastes is about people who are not here yet: it is sealed, read by that worker alone, and gone once it is checked, at last after a
day. Nobody takes part before they agreed. What leaves the desk (a text for a group, a sheet for the pinboard, the figures of a year) bears no name.
"""
