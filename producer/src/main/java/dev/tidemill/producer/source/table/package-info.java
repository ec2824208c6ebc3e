/** What tables have in common, whatever format they are in: columns, survey, contract. */
@NullMarked
package dev.tidemill.producer.source.table;

import org.jspecify.annotations.NullMarked;
