/**
 * {@code tidemill chaos}: attacks the guarantees with faults in real processes, and audits them.
 */
@NullMarked
package dev.tidemill.chaos;

import org.jspecify.annotations.NullMarked;
