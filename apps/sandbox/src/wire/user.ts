import { type User } from '../world/types.js';

const picture = (user: User) => `https://attachments.clickup.com/profilePictures/${user.id}_a1b.jpg`;

/** A person as other objects mention them. Made once per person: the same object is sent everywhere. */
export function userWire(user: User) {
  let wire = WIRES.get(user);
  if (!wire) {
    // Who has not accepted the invitation yet has no name, colour or picture.
    wire = {
      id: user.id,
      username: user.username || null,
      color: user.color || null,
      initials: user.initials,
      email: user.email,
      profilePicture: user.username ? picture(user) : null,
    };
    WIRES.set(user, wire);
  }
  return wire;
}
const WIRES = new WeakMap<
  User,
  {
    id: number;
    username: string | null;
    color: string | null;
    initials: string;
    email: string;
    profilePicture: string | null;
  }
>();

/** Has to be called after a person was changed: their object is made anew then. */
export const renewUserWire = (user: User) => WIRES.delete(user);

export const ownerWire = (user: User) => ({
  ...userWire(user),
  week_start_day: user.weekStartDay,
  global_font_support: true,
  timezone: user.timezone,
});

const NO_PROFILE = {
  display_profile: null,
  verified_ambassador: null,
  verified_consultant: null,
  top_tier_user: null,
  viewed_verified_ambassador: null,
  viewed_verified_consultant: null,
  viewed_top_tier_user: null,
};

export const memberWire = (user: User) => ({ ...userWire(user), profileInfo: NO_PROFILE });
