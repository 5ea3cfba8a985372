/** Sessions that are spread over a few processes by leases, over one PostgreSQL. */
@NullMarked
package io.reactivemqtt.samples.fleet;

import org.jspecify.annotations.NullMarked;
