using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Creates a <see cref="Backbone"/> from an ONNX model, and checks that preprocessing and input match.</summary>
internal static class BackboneFile
{
    /// <summary>Reads a file; <paramref name="choose"/> selects the preprocessing, null if there is none.</summary>
    public static Backbone Read(string path, Func<ModelMetadata, ImageInput, ImagePreprocessing?> choose)
    {
        // The parsed model is kept, so that weights, labels and preprocessing come from the same bytes even if the file changes.
        var model = OnnxModel.Load(path).WithSinglePrecision();
        var freed = new Lazy<OnnxModel>(model.WithFreeBatch);
        return Describe(model, path, choose) with { Local = () => freed.Value };
    }

    /// <summary>Creates a backbone from a model in memory.</summary>
    public static Backbone Describe(OnnxModel model, string name, Func<ModelMetadata, ImageInput, ImagePreprocessing?> choose)
    {
        var metadata = ModelMetadata.Read(model, name);
        var input = ImageInput.Of(model, name);
        var preprocessing = choose(metadata, input) ?? throw new OnnxGraphException(
            $"'{name}' does not say how images are prepared (it has no metadata entry '{ModelMetadata.PreprocessingKey}'), and no " +
            $"preprocessing was given. Give {PreprocessingPreset.Choices}.");
        if (OptionErrors.Of(preprocessing) is { Count: > 0 } errors)
            throw new OnnxGraphException($"The preprocessing of '{name}' is not valid: {string.Join("; ", errors)}.");
        if (input.Mismatch(preprocessing) is { } mismatch)
            throw new OnnxGraphException($"The preprocessing does not fit the input '{input.Name}' of '{name}': {mismatch}.");
        return new Backbone
        {
            Name = metadata.Title ?? Path.GetFileNameWithoutExtension(name),
            Preprocessing = preprocessing,
            Labels = metadata.Labels,
            Synsets = metadata.Synsets,
            License = metadata.License ?? Backbone.UnknownLicense,
            Origin = metadata.Origin,
            Input = model.Inputs[0],
            Output = model.Outputs[0],
            ClassCountLater = () => ClassCount(model, metadata),
            FeatureDimensionLater = () => FeatureDimension(model),
            ParametersLater = () => model.ParameterCount,
            PublishedTop1 = metadata.ValidationTop1 * 100,
            PublishedTop1Source = metadata.ValidationTop1 is null ? null : "the file's own metadata",
        };
    }

    /// <summary>
    /// The classifier head is only searched for when the file does not declare its scores: the search needs the shapes of all tensors.
    /// </summary>
    private static int? ClassCount(OnnxModel model, ModelMetadata metadata) =>
        metadata.Labels.Count > 0 && model.Outputs[0].Dimensions is [_, { } declared] && declared == metadata.Labels.Count
            ? metadata.Labels.Count
            : TryGet(() => (int?)model.FindClassifierHead().ClassCount);

    private static int FeatureDimension(OnnxModel model) =>
        TryGet(() => model.WithoutTop().Outputs[0].Dimensions is [_, { } dimension] ? (int?)dimension : null) ?? 0;

    /// <summary>
    /// A network without a classifier, or with features of another rank, is a valid backbone; its dimensions are then unknown.
    /// </summary>
    private static int? TryGet(Func<int?> get)
    {
        try
        {
            return get();
        }
        catch (OnnxGraphException)
        {
            return null;
        }
    }
}
