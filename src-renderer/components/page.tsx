import type { ReactNode, Ref } from 'react';

export type PageProps = {
  title: string;
  /** Where the focus goes when what had it is gone. */
  headingRef?: Ref<HTMLHeadingElement>;
  /** The line below the title, with the class `lede`. */
  lede: ReactNode;
  /** Beside the title: what is done with the whole page. */
  action?: ReactNode;
  children: ReactNode;
};

/** A page beside the mail: its title, one line of what it is, one thing to do, then its sections. */
export function Page({ title, headingRef, lede, action, children }: PageProps): ReactNode {
  return (
    <main className="pane">
      <div className="page">
        <div className="page-inner">
          <div className="page-head">
            <div>
              <h1 {...(headingRef && { ref: headingRef, tabIndex: -1 })}>{title}</h1>
              {lede}
            </div>
            {action}
          </div>
          {children}
        </div>
      </div>
    </main>
  );
}
