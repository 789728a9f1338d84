/** A page to show. */
export interface View {
  /** `views/<view>.eta` of any library. */
  view: string;
  data?: object;
  /** 200 unless said otherwise. */
  status?: number;
  /** Redirect URIs, besides our own pages, at which a form of this page may end. */
  endsAt?: readonly string[];
}

/** Where to send the browser instead. */
export interface Redirect {
  /** Path of ours, or URL of another server. */
  redirect: string;
}

/** How a page answers. */
export type PageAnswer = View | Redirect;
