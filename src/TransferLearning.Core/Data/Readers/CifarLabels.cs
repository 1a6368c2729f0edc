namespace TransferLearning;

/// <summary>Which of the two labels of CIFAR-100 are the classes; CIFAR-10 has one only.</summary>
public enum CifarLabels
{
    /// <summary>The 100 classes.</summary>
    Fine,

    /// <summary>The 20 groups of classes.</summary>
    Coarse,
}
