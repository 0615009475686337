/** Two videos in step: the second does what the first does, silently, and is set right when it drifts. */

const DRIFT_S = 0.08; // about two frames: less is not seen
const CHECK_MS = 250;

/**
 * Keep *follower* in step with *leader*.
 * @param {HTMLVideoElement} leader
 * @param {HTMLVideoElement} follower
 * @returns {() => void} ends it
 */
export function inStep(leader, follower) {
  const ending = new AbortController();
  const { signal } = ending;
  follower.muted = true;
  const align = () => {
    const at = Math.min(leader.currentTime, follower.duration || 0);
    if (Math.abs(follower.currentTime - at) > DRIFT_S) follower.currentTime = at;
    if (!leader.paused && follower.paused && at < follower.duration) follower.play().catch(() => {}); // it goes on at the next check
    if (leader.paused && !follower.paused) follower.pause();
  };
  for (const name of ["play", "pause", "seeking", "seeked", "ended"]) leader.addEventListener(name, align, { signal });
  leader.addEventListener("ratechange", () => (follower.playbackRate = leader.playbackRate), { signal });
  follower.addEventListener("loadedmetadata", align, { signal });
  const timer = setInterval(align, CHECK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return () => ending.abort();
}
