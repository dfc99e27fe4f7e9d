// The keys of a headset and a keyboard, and the lock screen of a phone: what is played, and the same steps as here.

export function startMediaSession(player, title) {
  const session = navigator.mediaSession;
  if (!session) return;
  session.metadata = new MediaMetadata({ title });
  session.setActionHandler("seekbackward", () => player.skip(-5000));
  session.setActionHandler("seekforward", () => player.skip(5000));
  session.setActionHandler("seekto", ({ seekTime }) => player.seek(seekTime * 1000));
}
