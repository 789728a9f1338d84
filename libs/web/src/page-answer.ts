/** A page to show. */
export interface View {
  /** `views/<view>.eta` of any library. */
  view: string;
  data?: object;
  /** 200 unless said otherwise. */
  status?: number;
  /** Addresses outside our own pages that a form of this page may redirect to: its CSP names them. */
  endsAt?: readonly string[];
}

/** Where to send the browser instead. */
export interface Redirect {
  /** Path of ours, or URL of another server. */
  redirect: string;
  /** Where a reference promises it; 303 unless said otherwise. */
  status?: 302;
}

/** How a page answers. */
export type PageAnswer = View | Redirect;
