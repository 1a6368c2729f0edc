namespace TransferLearning.Featurization;

/// <summary>What happens when a picture cannot be read or decoded in the middle of long work.</summary>
public enum UndecodableImages
{
    /// <summary>The work stops with an <see cref="Imaging.ImageDecodeException"/> for the first such picture.</summary>
    Throw,

    /// <summary>The picture is left out and listed; the work goes on.</summary>
    Skip,
}
