import type { components } from "./document.js";

/** What a program needs of a failure: the field that will not do, the tries left, the seconds to wait, the scope. */
export type FailureData = components["schemas"]["FailureData"];

/** The one error of this package: an answer that is no success, or none at all. */
export class GatehouseError extends Error {
  override readonly name = "GatehouseError";
  /** Of HTTP; 0 where no answer came. */
  readonly status: number;
  /** The service's own, stable (docs/errors.md); 0 where the service gave none. */
  readonly code: number;
  /** Seconds to wait before asking again. */
  readonly retryAfter: number | undefined;
  /** What to name when you ask about a call. */
  readonly requestId: string | undefined;
  readonly data: FailureData | undefined;

  constructor(message: string, told: Partial<Told> = {}) {
    super(message, "cause" in told ? { cause: told.cause } : undefined);
    this.status = told.status ?? 0;
    this.code = told.code ?? 0;
    this.retryAfter = told.retryAfter;
    this.requestId = told.requestId;
    this.data = told.data;
  }

  /** Of an answer and its parsed body: the envelope, or what the OAuth endpoints say (RFC 6749 §5.2). */
  static of({ status, headers }: Response, body: Answer | undefined): GatehouseError {
    const message = body?.errorMessage ?? body?.error_description ?? `status ${status}, by no word of gatehouse`;
    return new GatehouseError(message, {
      status,
      code: body?.errorCode ?? 0,
      retryAfter: Number(headers.get("Retry-After")) || body?.data?.retryAfter,
      requestId: headers.get("X-Request-Id") ?? undefined,
      data: body?.data ?? undefined,
    });
  }
}

/** What a body may hold, whosever it is. */
export interface Answer {
  errorCode?: number;
  errorMessage?: string;
  error?: string;
  error_description?: string;
  data?: FailureData | null;
}

interface Told {
  status: number;
  code: number;
  retryAfter: number | undefined;
  requestId: string | undefined;
  data: FailureData | undefined;
  cause: unknown;
}
