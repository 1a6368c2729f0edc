namespace TransferLearning;

/// <summary>Reads the activations of one image; the next call may overwrite them.</summary>
internal delegate ReadOnlySpan<float> ActivationReader(int image);

/// <summary>
/// Labelled examples in memory: the activations of each image where the trained part begins, which the frozen part computed once. An
/// image may have several views, one for each augmentation of it; then every epoch draws one of them.
/// </summary>
/// <remarks>A view holds up to 2^31 − 1 floats (8 GB); all views together must fit in memory.</remarks>
internal sealed class TrainingExamples
{
    private readonly IReadOnlyList<FeatureMatrix> _views;
    private readonly int[]? _rows;
    private readonly ActivationReader? _reader;

    /// <param name="activations">A row for each image.</param>
    /// <param name="labels">The class of each image.</param>
    public TrainingExamples(FeatureMatrix activations, IReadOnlyList<int> labels)
        : this([activations], labels)
    {
    }

    /// <param name="views">For each view a row for each image; 1 or more, of equal size.</param>
    /// <param name="labels">The class of each image.</param>
    public TrainingExamples(IReadOnlyList<FeatureMatrix> views, IReadOnlyList<int> labels)
    {
        if (views.Count == 0 || views.Any(view => view.Rows != labels.Count || view.Columns != views[0].Columns))
            throw new ArgumentException(
                $"Every view must have one row for each of the {labels.Count} labels, and all the same number of columns.", nameof(views));
        _views = views;
        Labels = labels;
    }

    /// <summary>Examples that are not in memory, in one view.</summary>
    /// <param name="length">The number of floats of an image.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="reader">Reads an image.</param>
    public TrainingExamples(int length, IReadOnlyList<int> labels, ActivationReader reader)
    {
        _views = [new FeatureMatrix(0, length)];
        _reader = reader;
        Labels = labels;
    }

    private TrainingExamples(TrainingExamples all, int[] images)
    {
        _views = all._views;
        _reader = all._reader;
        _rows = [.. images.Select(all.Row)];
        Labels = [.. images.Select(image => all.Labels[image])];
        Groups = RowGroups.Select(all.Groups, images);
    }

    /// <summary>The class of each image.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The groups of images that are held out together (see <see cref="RowGroups"/>); null for none.</summary>
    public int[]? Groups { get; init; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Count;

    /// <summary>The number of floats of an image.</summary>
    public int Length => _views[0].Columns;

    /// <summary>The number of views of an image.</summary>
    public int Views => _views.Count;

    /// <summary>Whether several threads may read examples at once; where they come from a file, each read uses the buffer anew.</summary>
    public bool AreInMemory => _reader is null;

    /// <summary>The activations of one view of one image.</summary>
    public ReadOnlySpan<float> this[int image, int view = 0] =>
        _reader is null ? _views[view][Row(image)] : _reader(Row(image));

    /// <summary>The images with the given indices, in that order. Nothing is copied.</summary>
    public TrainingExamples Select(int[] images) => new(this, images);

    private int Row(int image) => _rows is null ? image : _rows[image];
}
