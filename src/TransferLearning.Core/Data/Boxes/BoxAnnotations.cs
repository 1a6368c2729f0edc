namespace TransferLearning;

/// <summary>A file of bounding boxes, and the folder of the source images on which they are drawn.</summary>
public sealed record BoxAnnotations
{
    /// <summary>Names the two.</summary>
    /// <param name="file">The file of boxes: COCO JSON, or a table of Open Images.</param>
    /// <param name="imageFolder">The folder to which the image names in the file are relative.</param>
    public BoxAnnotations(string file, string imageFolder) => (File, ImageFolder) = (file, imageFolder);

    /// <summary>The file of boxes: COCO JSON, or a table of Open Images.</summary>
    public string File { get; init; }

    /// <summary>The folder to which the image names in the file are relative.</summary>
    public string ImageFolder { get; init; }
}
