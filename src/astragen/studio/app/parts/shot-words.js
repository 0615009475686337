/** The closed words that a shot is told by, in the order in which they are offered; a test holds them to the service's. */

export const SIZES = ["extreme_wide", "wide", "full", "medium", "close", "extreme_close"];
export const ANGLES = ["eye", "low", "high", "aerial"];
export const LENSES = ["wide", "normal", "tele"];
export const MOVES = [
  "static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down", "truck_left", "truck_right",
  "pedestal_up", "pedestal_down", "orbit", "handheld", "whip_left", "whip_right", "dolly_zoom",
];
export const TRANSITIONS = [
  "cut", "dissolve", "dissolve_linear", "fade", "fade_white", "wipe_left", "wipe_right", "wipe_up", "wipe_down",
  "slide_left", "slide_right", "slide_up", "slide_down", "push_left", "push_right", "push_up", "push_down", "iris",
  "zoom", "blur", "ink", "light_leak", "glitch", "whip_left", "whip_right",
];
