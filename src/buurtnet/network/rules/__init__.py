"""The pure rules of the network: measures, reachability, small numbers, classes, the style of the map."""
