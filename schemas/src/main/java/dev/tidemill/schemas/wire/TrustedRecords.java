package dev.tidemill.schemas.wire;

import org.apache.avro.Conversion;
import org.apache.avro.specific.AvroGenerated;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Allows Avro to instantiate the protocol's generated records, in addition to the classes that it
 * already trusts. Avro rejects all other classes; otherwise each JVM would need a system property.
 *
 * <p>This class converts nothing. It is a {@link Conversion} because Avro loads conversions as
 * services whenever it creates a data model. A generated record creates one in its static
 * initializer, so this class is always loaded before the first record needs it.
 */
public final class TrustedRecords extends Conversion<Void> {
  private static final String PACKAGE = "dev.tidemill.schemas";

  static {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(before, TrustedRecords::isGenerated));
  }

  private static boolean isGenerated(Class<?> type) {
    return type.getPackageName().equals(PACKAGE) && type.isAnnotationPresent(AvroGenerated.class);
  }

  @Override
  public Class<Void> getConvertedType() {
    return Void.class;
  }

  /** No schema has this logical type. */
  @Override
  public String getLogicalTypeName() {
    return "tidemill-trusted-records";
  }
}
