import { config } from 'zod';

// zod would try to compile each schema with `new Function`, which the page's policy forbids and reports. To be imported
// before any schema is made.
config({ jitless: true });
