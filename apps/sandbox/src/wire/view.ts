import { type View } from '../world/views.js';

/** A view; a form shows where it is published instead of parts. */
export const viewWire = ({ id, name, type, parent, parts, created, creator, visibility }: View) => ({
  id,
  name,
  type,
  parent,
  ...parts,
  date_created: String(created),
  creator: creator.id,
  visibility,
  protected: false,
  protected_note: null,
  protected_by: null,
  date_protected: null,
  orderindex: Number(id.split('-')[1]),
  ...(parts ? {} : { public: true, public_url: `https://forms.clickup.com/f/${id}/KA64ABC123` }),
});
