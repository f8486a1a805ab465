import type { FastifyPluginCallback } from 'fastify';

/** A shop with two routes. Nothing in it knows of metrics. */
export const shopRoutes: FastifyPluginCallback = (shop, _options, done) => {
  shop.get<{ Params: { id: string } }>('/books/:id', async ({ params }, reply) => {
    if (/^\d+$/.test(params.id)) return { id: params.id, title: 'A window of one’s own' };
    return reply.code(404).send({ message: 'no such book' });
  });
  shop.post('/orders', async (request, reply) => reply.code(201).send({ ordered: request.body }));
  done();
};
