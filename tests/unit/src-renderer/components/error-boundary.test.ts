import { describe, expect, it } from 'vitest';
import { ErrorBoundary } from '../../../../src-renderer/components/error-boundary.tsx';

describe('a screen that cannot be drawn', () => {
  it('leaves words and a way on, not an empty window', () => {
    const boundary = new ErrorBoundary({ children: 'the mail' });
    expect(boundary.render()).toBe('the mail');
    boundary.state = ErrorBoundary.getDerivedStateFromError();
    const drawn = JSON.stringify(boundary.render());
    expect(drawn).toContain('This window could not be drawn.');
    expect(drawn).toContain('Draw again');
  });
});
