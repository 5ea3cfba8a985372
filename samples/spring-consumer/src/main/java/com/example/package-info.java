/** What an application of Spring Boot writes. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
