// The desk's keyboard, and what stays up to date by itself.
import { followCounters } from "../scripts/counters.js";
import { followKeys } from "../scripts/keys.js";
import { followUndo } from "../scripts/undo.js";

followKeys();
followUndo();
followCounters();
