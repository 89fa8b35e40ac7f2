/** The one account of a lab: administrator, replication peer, and by proxy every user. */
export const account = { name: 'admin', password: 'lab-secret', realm: 'lab.invalid' } as const;
