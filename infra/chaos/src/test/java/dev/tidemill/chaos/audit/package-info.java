/** Tests of the audit. */
@NullMarked
package dev.tidemill.chaos.audit;

import org.jspecify.annotations.NullMarked;
