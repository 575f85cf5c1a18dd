/** Sessions: one per page, with its views and its requests. */
export { Session, type SessionContext } from './session.ts';
