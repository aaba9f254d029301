"""What there is to tell (`kinds`), when (`pace`), by which channel (`channels`), links that work without signing in (`marks`), what a
text message costs (`texting`), and letters that come back (`returned`): pure."""
