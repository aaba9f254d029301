// What reads the tiles of the map beside the page.
import "maplibre-gl/worker";
