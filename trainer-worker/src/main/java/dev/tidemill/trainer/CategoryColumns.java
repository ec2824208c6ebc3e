package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.CategoryColumn;
import dev.tidemill.engine.LayerSpec.ColumnEmbedding;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.schemas.Feature;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a spec takes the categories of a contract that are encoded as their number. */
final class CategoryColumns {
  private static final int MAX_NAMES = 10;

  private CategoryColumns() {}

  /** Returns the number of categories by the index of their element. */
  static SortedMap<Integer, Integer> sizes(Contract contract) {
    SortedMap<Integer, Integer> sizes = new TreeMap<>();
    contract
        .indexedCategories()
        .forEach((element, feature) -> sizes.put(element, feature.getCategories().size()));
    return sizes;
  }

  /**
   * Returns why the rows of an embedding are too few for a contract, or are those of other elements
   * although they follow from it.
   *
   * @param template of the spec
   */
  static Optional<String> misfit(SpecTemplate template, ModelSpec spec, Contract contract) {
    Optional<ColumnEmbedding> embedding = Network.of(spec).columnEmbedding();
    return embedding
        .filter(layer -> template.adaptsColumns())
        .flatMap(layer -> moved(layer, contract))
        .or(() -> embedding.flatMap(layer -> tooFew(layer, contract)));
  }

  private static Optional<String> moved(ColumnEmbedding layer, Contract contract) {
    Set<Integer> has = layer.sizes().keySet();
    Set<Integer> needs = contract.indexedCategories().keySet();
    return has.equals(needs)
        ? Optional.empty()
        : Optional.of(
            "layer "
                + layer.name()
                + " embeds elements "
                + has
                + ", but the categories of "
                + contract
                + " with the encoding index are elements "
                + needs);
  }

  private static Optional<String> tooFew(ColumnEmbedding layer, Contract contract) {
    return layer.columns().stream()
        .map(column -> misfit(layer, column, contract))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> misfit(
      ColumnEmbedding layer, CategoryColumn column, Contract contract) {
    return Optional.ofNullable(contract.indexedCategories().get(column.index()))
        .filter(feature -> feature.getCategories().size() > column.categories())
        .map(
            feature ->
                "layer "
                    + layer.name()
                    + " has "
                    + column.categories()
                    + " categories for element "
                    + column.index()
                    + ", but feature `"
                    + feature.getName()
                    + "` of "
                    + contract
                    + " has "
                    + feature.getCategories().size()
                    + "; leave them to the contract (columns: auto), by which a trained model grows;"
                    + " only a new model may set them to "
                    + feature.getCategories().size());
  }

  /** Returns which categories the spec takes for magnitudes, and what to do about it. */
  static Optional<String> notEmbedded(ModelSpec spec, Contract contract) {
    Network network = Network.of(spec);
    List<String> names =
        contract.indexedCategories().entrySet().stream()
            .filter(feature -> network.categories(feature.getKey()).isEmpty())
            .map(feature -> "`" + feature.getValue().getName() + "`")
            .toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    boolean one = names.size() == 1;
    return Optional.of(
        "the spec takes the number of a category for a magnitude: "
            + (one ? "feature " : "features ")
            + bounded(names)
            + " of "
            + contract
            + (one ? " is a category" : " are categories")
            + " with the encoding index; embed "
            + (one ? "it" : "them")
            + (network.columnEmbedding().isPresent()
                ? ", too (columns: auto in the first layer)"
                : " with a first layer {type: column_embedding, embedding_dim: 8}"));
  }

  /** Describes the categories that were appended to a feature. */
  static String appended(Feature feature, int had, int has) {
    return bounded(feature.getCategories().subList(had, has));
  }

  private static String bounded(List<String> names) {
    String shown = names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    return names.size() <= MAX_NAMES
        ? shown
        : shown + " and " + (names.size() - MAX_NAMES) + " more";
  }
}
