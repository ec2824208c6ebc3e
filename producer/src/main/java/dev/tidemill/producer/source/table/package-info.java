/** Tables with a header: CSV. */
@NullMarked
package dev.tidemill.producer.source.table;

import org.jspecify.annotations.NullMarked;
