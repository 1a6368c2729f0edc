using System.Collections;

namespace TransferLearning;

/// <summary>Images with labels, in a fixed order, together with the names of the classes.</summary>
/// <remarks>Immutable and safe for use from many threads. Holds paths, never pixels.</remarks>
public sealed class LabeledImageSet : IReadOnlyList<LabeledImage>
{
    private readonly LabeledImage[] _images;
    private readonly string[] _paths;
    private readonly int[] _labels;
    private readonly int[] _classCounts;

    /// <summary>Creates a set.</summary>
    /// <param name="name">What messages and reports call the set, for instance <c>train</c>.</param>
    /// <param name="classes">The names of the classes in label order; classes without images in this set are allowed.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="ArgumentException">A label is not an index into <paramref name="classes"/>.</exception>
    public LabeledImageSet(string name, IReadOnlyList<string> classes, IEnumerable<LabeledImage> images)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(images);
        Name = name;
        Classes = [.. classes];
        _images = [.. images];
        _classCounts = new int[Classes.Count];
        _labels = new int[_images.Length];
        _paths = new string[_images.Length];
        for (int i = 0; i < _images.Length; i++)
        {
            string path = _images[i].Path;
            int label = _images[i].Label;
            if ((uint)label >= (uint)_classCounts.Length)
            {
                throw new ArgumentException($"'{path}' has the label {label}; with {_classCounts.Length} classes it must be 0 to " +
                    $"{_classCounts.Length - 1}.", nameof(images));
            }

            _paths[i] = path;
            _labels[i] = label;
            _classCounts[label]++;
        }
    }

    /// <summary>What messages and reports call the set.</summary>
    public string Name { get; }

    /// <summary>The names of the classes; a label is an index into this list.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The number of images.</summary>
    public int Count => _images.Length;

    /// <summary>The paths of the images, in the order of the set.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The labels of the images, in the order of the set.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The number of images of each class, in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<int> ClassCounts => _classCounts;

    /// <summary>The image at a position.</summary>
    public LabeledImage this[int index] => _images[index];

    /// <inheritdoc/>
    public IEnumerator<LabeledImage> GetEnumerator() => ((IEnumerable<LabeledImage>)_images).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For instance <c>train: 202 images of 2 classes</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Count} images of {Classes.Count} classes");
}
