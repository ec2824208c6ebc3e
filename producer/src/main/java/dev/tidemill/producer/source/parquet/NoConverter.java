package dev.tidemill.producer.source.parquet;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;

/** The library asks for a converter of records; columns are read without one. */
final class NoConverter extends GroupConverter {
  @Override
  public Converter getConverter(int fieldIndex) {
    return new PrimitiveConverter() {};
  }

  @Override
  public void start() {}

  @Override
  public void end() {}
}
