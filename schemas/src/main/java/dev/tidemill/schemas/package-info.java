/**
 * The protocol: records, topics, wire format and tensor bytes. Not NullMarked as a whole: Avro's
 * generated records say nothing of nullness; the classes written by hand are marked one by one.
 */
package dev.tidemill.schemas;
