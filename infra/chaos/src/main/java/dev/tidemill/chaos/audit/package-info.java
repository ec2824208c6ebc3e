/**
 * Whether the guarantees held, from committed records and from what the harness knows. Shares no
 * code with the product.
 */
@NullMarked
package dev.tidemill.chaos.audit;

import org.jspecify.annotations.NullMarked;
