/**
 * The protocol: records, topics, wire format and tensor bytes. The package is not NullMarked,
 * because Avro's generated records have no nullness annotations. Handwritten classes are marked
 * individually.
 */
package dev.tidemill.schemas;
