namespace TransferLearning;

/// <summary>The part of a dataset that an image belongs to.</summary>
internal enum DatasetPart
{
    Train,
    Validation,
    Test,
}
