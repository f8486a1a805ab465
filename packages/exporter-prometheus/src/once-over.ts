import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Calls back once, when the answer has ended or its client has gone.
 *
 * The socket is watched too: an answer that waits behind another one on its connection hears nothing.
 */
export function onceOver(request: IncomingMessage, response: ServerResponse, callback: () => void): void {
  const { socket } = request;
  let isOver = false;
  const over = (): void => {
    // A closing socket closes its answer and then still calls the listener that was just taken off.
    if (isOver) return;
    isOver = true;
    response.off('close', over);
    socket.off('close', over);
    callback();
  };
  response.on('close', over);
  socket.on('close', over);
}
