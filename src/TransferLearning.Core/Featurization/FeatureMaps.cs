using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Draws what the layers of a network see in an image: the feature maps of a layer, or a progression through the network from edges to
/// parts of objects (M. D. Zeiler, R. Fergus, Visualizing and understanding convolutional networks, 2014).
/// </summary>
/// <remarks>
/// The figure is an SVG file with a label for each layer and map. A map is bright where the layer responds; each has its own scale. Safe
/// for use from many threads.
/// </remarks>
public static class FeatureMaps
{
    /// <summary>Where a progression looks, as shares of the layers with weights.</summary>
    private static readonly double[] Progression = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>Writes the figure; an existing file is replaced as a whole or not at all.</summary>
    /// <param name="path">The SVG file; its folder must exist.</param>
    /// <param name="image">The image.</param>
    /// <param name="network">The network, from <see cref="Backbone.LoadAsync"/> or a saved classifier.</param>
    /// <param name="preprocessing">How images become the input of the network.</param>
    /// <param name="options">Which layers, and how many maps; null for the defaults.</param>
    /// <param name="progress">Receives progress updates, counted in layers.</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns>The layers that were drawn, from top to bottom.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="ImageDecodeException">The image is missing or cannot be decoded.</exception>
    /// <exception cref="OnnxGraphException">There is no such layer, or it has no maps <c>[N, C, H, W]</c>.</exception>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    public static async Task<IReadOnlyList<FeatureMapLayer>> WriteAsync(
        string path,
        string image,
        OnnxModel network,
        ImagePreprocessing preprocessing,
        FeatureMapOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(image);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(preprocessing);
        options ??= FeatureMapOptions.Default;
        OptionErrors.ThrowIfAny(options);
        var backbone = network.WithFreeBatch();
        var chosen = await Task.Run(() => Choose(backbone, options.Layers), cancellationToken).ConfigureAwait(false);
        var figure = new FeatureMapFigure(options.Columns);
        var drawn = new List<FeatureMapLayer>();
        foreach (var place in chosen)
        {
            using var extractor = new FeatureExtractor(backbone.CutAt(place.Tensor), preprocessing);
            var row = await extractor.ExtractAsync([image], cancellationToken: cancellationToken).ConfigureAwait(false);
            var layer = Describe(place, row[0].Length, preprocessing);
            drawn.Add(figure.Add(layer, row[0], options.MapsPerLayer));
            progress?.Report(new TransferProgress(TransferStage.Draw, drawn.Count, chosen.Count));
        }

        AtomicFile.Write(path, figure.WriteTo);
        return drawn;
    }

    /// <summary>A tensor with maps, and how deep it is.</summary>
    private sealed record Place(string Name, string Tensor, double Depth, OnnxTensorInfo Shape);

    private static IReadOnlyList<Place> Choose(OnnxModel network, IReadOnlyList<string>? names)
    {
        if (names is not null)
            return [.. names.Select(name => Find(network, name))];
        var maps = DepthColumns.MapsOf(network.WithoutTop());
        if (maps.Count == 0)
            throw new OnnxGraphException("The network has no layer with feature maps [N, C, H, W]; only such layers can be drawn.");
        var chosen = new List<DepthColumns>();
        foreach (double depth in Progression.Take(maps.Count))
            chosen.Add(maps.Except(chosen).MinBy(map => Math.Abs(map.Depth - depth))!);
        return
        [
            .. chosen.OrderBy(map => map.Depth)
                .Select(map => new Place(NameOf(network, map.Tensor), map.Tensor, map.Depth, network.TensorInfo(map.Tensor)!)),
        ];
    }

    private static Place Find(OnnxModel network, string name)
    {
        int index = network.Layers.ToList().FindIndex(layer => layer.Name == name || layer.OutputTensor == name);
        string tensor = index >= 0 ? network.Layers[index].OutputTensor : name;

        // Names the tensors to choose from when there is no such one.
        network.CutAt(tensor);
        if (network.TensorInfo(tensor) is not { Dimensions: [_, > 0, not 1, not 1] } shape)
        {
            throw new OnnxGraphException(
                $"'{name}' makes {network.TensorInfo(tensor)?.ToString() ?? "a tensor of unknown shape"}; only feature maps " +
                "[N, C, H, W] can be drawn. The layers and their shapes: transfer-learning summary, or OnnxModel.Layers.");
        }

        int weighted = network.Layers.Count(layer => layer.Weights.Count > 0 && !layer.IsAppended);
        int before = network.Layers.Take(index + 1).Count(layer => layer.Weights.Count > 0 && !layer.IsAppended);
        return new Place(name, tensor, index < 0 || weighted == 0 ? double.NaN : (double)before / weighted, shape);
    }

    private static string NameOf(OnnxModel network, string tensor) =>
        network.Layers.FirstOrDefault(layer => layer.OutputTensor == tensor)?.Name ?? tensor;

    private static FeatureMapLayer Describe(Place place, int values, ImagePreprocessing preprocessing)
    {
        int maps = (int)place.Shape.Dimensions[1]!;
        int area = values / maps;

        // Fully convolutional networks do not declare the size of their maps, which have the proportions of the input.
        int height = (int)(place.Shape.Dimensions[2] ?? Math.Round(Math.Sqrt((double)area * preprocessing.Height / preprocessing.Width)));
        return new FeatureMapLayer
        {
            Name = place.Name,
            Depth = place.Depth,
            Maps = maps,
            Height = height,
            Width = area / height,
            Drawn = [],
        };
    }
}
